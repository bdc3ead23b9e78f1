import type { Catalogue } from "../catalogue.js";

const chinese: Catalogue = {
  title: "卡片資料",
  labels: {
    number: "卡號",
    expiry: "有效期限",
    code: "安全碼",
    name: "持卡人姓名",
    country: "國家/地區",
    postalCode: "郵遞區號",
  },
  expiry: "月 / 年",
  problems: {
    number_required: "請輸入卡號。",
    number_incomplete: "卡號不完整，請補齊。",
    number_too_long: "卡號位數過多。",
    number_invalid: "卡號有誤，請檢查數字。",
    expiry_required: "請輸入有效期限。",
    expiry_incomplete: "有效期限不完整，請依卡片填寫月份和年份。",
    expiry_invalid: "有效期限有誤，請依卡片填寫月份和年份。",
    expiry_past: "此卡片已過期。",
    expiry_too_far: "有效期限的年份過遠，請再確認。",
    code_required: "請輸入安全碼。",
    code_incomplete: "安全碼不完整，請補齊。",
    code_invalid: "安全碼與此卡片不符。",
    name_required: "請輸入卡片上的姓名。",
    name_too_long: "姓名過長。",
    name_invalid: "請依卡片填寫姓名，不要包含數字。",
    country_required: "請選擇國家/地區。",
    postal_code_required: "請輸入郵遞區號。",
    postal_code_incomplete: "郵遞區號不完整，請補齊。",
    postal_code_invalid: "郵遞區號與所選國家/地區不符。",
  },
  codeOnBack: "卡片背面的 3 位數字",
  codeOnFront: "卡片正面的 4 位數字",
  brandChoice: "選擇卡片組織",
  sealed: "您的卡片在此框內加密，商店永遠看不到。",
  protection: "您的卡片如何受到保護",
  loading: "正在載入卡片欄位",
};

export default chinese;
