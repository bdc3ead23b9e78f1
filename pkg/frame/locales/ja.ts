import type { Catalogue } from "../catalogue.js";

const japanese: Catalogue = {
  title: "カード情報",
  labels: {
    number: "カード番号",
    expiry: "有効期限",
    code: "セキュリティコード",
    name: "カード名義人",
    country: "国・地域",
    postalCode: "郵便番号",
  },
  expiry: "月 / 年",
  problems: {
    number_required: "カード番号を入力してください。",
    number_incomplete: "カード番号の桁数が足りません。",
    number_too_long: "カード番号の桁数が多すぎます。",
    number_invalid: "カード番号が正しくありません。番号をご確認ください。",
    expiry_required: "有効期限を入力してください。",
    expiry_incomplete: "有効期限の入力が途中です。カードに記載の月と年を入力してください。",
    expiry_invalid: "有効期限が正しくありません。カードに記載の月と年を入力してください。",
    expiry_past: "このカードは有効期限が切れています。",
    expiry_too_far: "有効期限の年が先すぎます。ご確認ください。",
    code_required: "セキュリティコードを入力してください。",
    code_incomplete: "セキュリティコードの桁数が足りません。",
    code_invalid: "セキュリティコードがこのカードと合いません。",
    name_required: "カードに記載のお名前を入力してください。",
    name_too_long: "お名前が長すぎます。",
    name_invalid: "お名前は数字を使わず、カードの記載どおりに入力してください。",
    country_required: "国・地域を選択してください。",
    postal_code_required: "郵便番号を入力してください。",
    postal_code_incomplete: "郵便番号の入力が途中です。",
    postal_code_invalid: "郵便番号がこの国・地域の形式と合いません。",
  },
  codeOnBack: "カード裏面の3桁の数字",
  codeOnFront: "カード表面の4桁の数字",
  brandChoice: "お支払いに使うブランド",
  sealed: "カード情報はこの枠の中で暗号化され、ショップには見えません。",
  protection: "カード情報の保護について",
  loading: "カード入力欄を読み込んでいます",
};

export default japanese;
