import type { Catalogue } from "../catalogue.js";

const hebrew: Catalogue = {
  direction: "rtl",
  title: "פרטי הכרטיס",
  labels: {
    number: "מספר כרטיס",
    expiry: "תוקף",
    code: "קוד אבטחה",
    name: "השם שעל הכרטיס",
    country: "מדינה",
    postalCode: "מיקוד",
  },
  expiry: "MM / YY",
  problems: {
    number_required: "נא להזין את מספר הכרטיס.",
    number_incomplete: "מספר הכרטיס אינו מלא.",
    number_too_long: "במספר הכרטיס יש יותר מדי ספרות.",
    number_invalid: "מספר הכרטיס שגוי. נא לבדוק את הספרות.",
    expiry_required: "נא להזין את תוקף הכרטיס.",
    expiry_incomplete: "התוקף אינו מלא. נא להזין חודש ושנה כפי שמופיעים על הכרטיס.",
    expiry_invalid: "התוקף שגוי. נא להזין חודש ושנה כפי שמופיעים על הכרטיס.",
    expiry_past: "תוקף הכרטיס פג.",
    expiry_too_far: "שנת התוקף רחוקה מדי.",
    code_required: "נא להזין את קוד האבטחה.",
    code_incomplete: "קוד האבטחה אינו מלא.",
    code_invalid: "קוד האבטחה אינו מתאים לכרטיס זה.",
    name_required: "נא להזין את השם שעל הכרטיס.",
    name_too_long: "השם ארוך מדי.",
    name_invalid: "נא להזין את השם כפי שמופיע על הכרטיס, ללא ספרות.",
    country_required: "נא לבחור מדינה.",
    postal_code_required: "נא להזין מיקוד.",
    postal_code_incomplete: "המיקוד אינו מלא.",
    postal_code_invalid: "המיקוד אינו מתאים למדינה זו.",
  },
  codeOnBack: "3 ספרות בגב הכרטיס",
  codeOnFront: "4 ספרות בחזית הכרטיס",
  brandChoice: "תשלום באמצעות",
  sealed: "הכרטיס מוצפן בתיבה זו, והחנות לעולם אינה רואה אותו.",
  protection: "כך הכרטיס שלך מוגן",
  loading: "שדות הכרטיס נטענים",
};

export default hebrew;
