import type { Catalogue } from "../catalogue.js";

const turkish: Catalogue = {
  title: "Kart bilgileri",
  labels: {
    number: "Kart numarası",
    expiry: "Son kullanma tarihi",
    code: "Güvenlik kodu",
    name: "Kart üzerindeki isim",
    country: "Ülke",
    postalCode: "Posta kodu",
  },
  expiry: "AA / YY",
  problems: {
    number_required: "Kart numaranızı girin.",
    number_incomplete: "Kart numarası eksik.",
    number_too_long: "Kart numarasında fazla rakam var.",
    number_invalid: "Kart numarası hatalı. Rakamları kontrol edin.",
    expiry_required: "Son kullanma tarihini girin.",
    expiry_incomplete: "Son kullanma tarihi eksik. Karttaki gibi ay ve yıl girin.",
    expiry_invalid: "Son kullanma tarihi hatalı. Karttaki gibi ay ve yıl girin.",
    expiry_past: "Bu kartın süresi dolmuş.",
    expiry_too_far: "Son kullanma yılı çok ileri bir tarih.",
    code_required: "Güvenlik kodunu girin.",
    code_incomplete: "Güvenlik kodu eksik.",
    code_invalid: "Güvenlik kodu bu karta uymuyor.",
    name_required: "Kart üzerindeki ismi girin.",
    name_too_long: "İsim çok uzun.",
    name_invalid: "İsmi kartta yazdığı gibi, rakam kullanmadan girin.",
    country_required: "Ülkenizi seçin.",
    postal_code_required: "Posta kodunuzu girin.",
    postal_code_incomplete: "Posta kodu eksik.",
    postal_code_invalid: "Posta kodu bu ülkeye uymuyor.",
  },
  codeOnBack: "Kartın arka yüzündeki 3 rakam",
  codeOnFront: "Kartın ön yüzündeki 4 rakam",
  brandChoice: "Ödeme yapılacak kart",
  sealed: "Kartınız bu kutuda şifrelenir; mağaza onu hiçbir zaman görmez.",
  protection: "Kartınız nasıl korunuyor",
  loading: "Kart alanları yükleniyor",
};

export default turkish;
