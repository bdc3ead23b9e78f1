import type { Catalogue } from "../catalogue.js";

const chinese: Catalogue = {
  title: "银行卡信息",
  labels: {
    number: "卡号",
    expiry: "有效期",
    code: "安全码",
    name: "持卡人姓名",
    country: "国家/地区",
    postalCode: "邮政编码",
  },
  expiry: "月 / 年",
  problems: {
    number_required: "请输入卡号。",
    number_incomplete: "卡号不完整，请补全。",
    number_too_long: "卡号位数过多。",
    number_invalid: "卡号有误，请核对数字。",
    expiry_required: "请输入有效期。",
    expiry_incomplete: "有效期不完整，请按卡面填写月份和年份。",
    expiry_invalid: "有效期有误，请按卡面填写月份和年份。",
    expiry_past: "此卡已过期。",
    expiry_too_far: "有效期的年份过远，请核对。",
    code_required: "请输入安全码。",
    code_incomplete: "安全码不完整，请补全。",
    code_invalid: "安全码与此卡不符。",
    name_required: "请输入卡面上的姓名。",
    name_too_long: "姓名过长。",
    name_invalid: "请按卡面填写姓名，不要包含数字。",
    country_required: "请选择国家/地区。",
    postal_code_required: "请输入邮政编码。",
    postal_code_incomplete: "邮政编码不完整，请补全。",
    postal_code_invalid: "邮政编码与所选国家/地区不符。",
  },
  codeOnBack: "卡背面的 3 位数字",
  codeOnFront: "卡正面的 4 位数字",
  brandChoice: "选择卡组织",
  sealed: "您的卡在此框内加密，商家永远看不到。",
  protection: "您的银行卡如何受到保护",
  loading: "正在加载银行卡输入框",
};

export default chinese;
