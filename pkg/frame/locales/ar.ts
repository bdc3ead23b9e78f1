import type { Catalogue } from "../catalogue.js";

const arabic: Catalogue = {
  direction: "rtl",
  title: "بيانات البطاقة",
  labels: {
    number: "رقم البطاقة",
    expiry: "تاريخ الانتهاء",
    code: "رمز الأمان",
    name: "الاسم على البطاقة",
    country: "البلد",
    postalCode: "الرمز البريدي",
  },
  expiry: "MM / YY",
  problems: {
    number_required: "يرجى إدخال رقم البطاقة.",
    number_incomplete: "رقم البطاقة غير مكتمل.",
    number_too_long: "رقم البطاقة يحتوي على أرقام زائدة.",
    number_invalid: "رقم البطاقة غير صحيح. يرجى التحقق من الأرقام.",
    expiry_required: "يرجى إدخال تاريخ الانتهاء.",
    expiry_incomplete: "تاريخ الانتهاء غير مكتمل. يرجى إدخال الشهر والسنة كما على البطاقة.",
    expiry_invalid: "تاريخ الانتهاء غير صحيح. يرجى إدخال الشهر والسنة كما على البطاقة.",
    expiry_past: "انتهت صلاحية هذه البطاقة.",
    expiry_too_far: "سنة الانتهاء بعيدة جدًا.",
    code_required: "يرجى إدخال رمز الأمان.",
    code_incomplete: "رمز الأمان غير مكتمل.",
    code_invalid: "رمز الأمان غير صحيح لهذه البطاقة.",
    name_required: "يرجى إدخال الاسم المكتوب على البطاقة.",
    name_too_long: "الاسم طويل جدًا.",
    name_invalid: "يرجى إدخال الاسم كما على البطاقة، بدون أرقام.",
    country_required: "يرجى اختيار البلد.",
    postal_code_required: "يرجى إدخال الرمز البريدي.",
    postal_code_incomplete: "الرمز البريدي غير مكتمل.",
    postal_code_invalid: "الرمز البريدي غير صحيح لهذا البلد.",
  },
  codeOnBack: "3 أرقام على ظهر البطاقة",
  codeOnFront: "4 أرقام على وجه البطاقة",
  brandChoice: "الدفع عبر",
  sealed: "يتم تشفير بطاقتك داخل هذا المربع، ولا يراها المتجر أبدًا.",
  protection: "كيف تتم حماية بطاقتك",
  loading: "جارٍ تحميل حقول البطاقة",
};

export default arabic;
