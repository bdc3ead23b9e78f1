import type { Catalogue } from "../catalogue.js";

const korean: Catalogue = {
  title: "카드 정보",
  labels: {
    number: "카드 번호",
    expiry: "유효기간",
    code: "보안 코드",
    name: "카드에 표시된 이름",
    country: "국가",
    postalCode: "우편번호",
  },
  expiry: "월 / 년",
  problems: {
    number_required: "카드 번호를 입력해 주세요.",
    number_incomplete: "카드 번호를 끝까지 입력해 주세요.",
    number_too_long: "카드 번호의 자릿수가 너무 많습니다.",
    number_invalid: "카드 번호가 올바르지 않습니다. 숫자를 확인해 주세요.",
    expiry_required: "유효기간을 입력해 주세요.",
    expiry_incomplete: "유효기간이 완전하지 않습니다. 카드에 적힌 월과 연도를 입력해 주세요.",
    expiry_invalid: "유효기간이 올바르지 않습니다. 카드에 적힌 월과 연도를 입력해 주세요.",
    expiry_past: "유효기간이 지난 카드입니다.",
    expiry_too_far: "유효기간의 연도가 너무 멉니다. 확인해 주세요.",
    code_required: "보안 코드를 입력해 주세요.",
    code_incomplete: "보안 코드를 끝까지 입력해 주세요.",
    code_invalid: "보안 코드가 이 카드와 맞지 않습니다.",
    name_required: "카드에 표시된 이름을 입력해 주세요.",
    name_too_long: "이름이 너무 깁니다.",
    name_invalid: "카드에 표시된 이름을 숫자 없이 입력해 주세요.",
    country_required: "국가를 선택해 주세요.",
    postal_code_required: "우편번호를 입력해 주세요.",
    postal_code_incomplete: "우편번호를 끝까지 입력해 주세요.",
    postal_code_invalid: "우편번호가 선택한 국가와 맞지 않습니다.",
  },
  codeOnBack: "카드 뒷면의 숫자 3자리",
  codeOnFront: "카드 앞면의 숫자 4자리",
  brandChoice: "결제할 브랜드",
  sealed: "카드 정보는 이 상자 안에서 암호화되며 상점은 볼 수 없습니다.",
  protection: "카드 정보를 보호하는 방법",
  loading: "카드 입력란을 불러오는 중",
};

export default korean;
