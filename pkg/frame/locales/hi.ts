import type { Catalogue } from "../catalogue.js";

const hindi: Catalogue = {
  title: "कार्ड विवरण",
  labels: {
    number: "कार्ड नंबर",
    expiry: "समाप्ति तिथि",
    code: "सुरक्षा कोड",
    name: "कार्ड पर लिखा नाम",
    country: "देश",
    postalCode: "पिन कोड",
  },
  expiry: "MM / YY",
  problems: {
    number_required: "कृपया अपना कार्ड नंबर दर्ज करें।",
    number_incomplete: "कार्ड नंबर अधूरा है।",
    number_too_long: "कार्ड नंबर में अंक ज़्यादा हैं।",
    number_invalid: "कार्ड नंबर सही नहीं है। कृपया अंक जाँचें।",
    expiry_required: "कृपया समाप्ति तिथि दर्ज करें।",
    expiry_incomplete: "समाप्ति तिथि अधूरी है। कार्ड पर लिखा महीना और साल दर्ज करें।",
    expiry_invalid: "समाप्ति तिथि सही नहीं है। कार्ड पर लिखा महीना और साल दर्ज करें।",
    expiry_past: "इस कार्ड की अवधि समाप्त हो चुकी है।",
    expiry_too_far: "समाप्ति का साल बहुत आगे का है।",
    code_required: "कृपया सुरक्षा कोड दर्ज करें।",
    code_incomplete: "सुरक्षा कोड अधूरा है।",
    code_invalid: "सुरक्षा कोड इस कार्ड के लिए सही नहीं है।",
    name_required: "कृपया कार्ड पर लिखा नाम दर्ज करें।",
    name_too_long: "नाम बहुत लंबा है।",
    name_invalid: "कृपया नाम वैसे ही लिखें जैसा कार्ड पर है, बिना अंकों के।",
    country_required: "कृपया अपना देश चुनें।",
    postal_code_required: "कृपया अपना पिन कोड दर्ज करें।",
    postal_code_incomplete: "पिन कोड अधूरा है।",
    postal_code_invalid: "पिन कोड इस देश के लिए सही नहीं है।",
  },
  codeOnBack: "कार्ड के पीछे लिखे 3 अंक",
  codeOnFront: "कार्ड के सामने लिखे 4 अंक",
  brandChoice: "इससे भुगतान करें",
  sealed: "आपका कार्ड इस बॉक्स में एन्क्रिप्ट होता है; दुकान उसे कभी नहीं देखती।",
  protection: "आपका कार्ड कैसे सुरक्षित है",
  loading: "कार्ड फ़ील्ड लोड हो रहे हैं",
};

export default hindi;
