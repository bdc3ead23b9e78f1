import type { Catalogue } from "../catalogue.js";

const spanish: Catalogue = {
  title: "Datos de la tarjeta",
  labels: {
    number: "Número de tarjeta",
    expiry: "Fecha de caducidad",
    code: "Código de seguridad",
    name: "Nombre en la tarjeta",
    country: "País",
    postalCode: "Código postal",
  },
  expiry: "MM / AA",
  problems: {
    number_required: "Introduzca su número de tarjeta.",
    number_incomplete: "El número de tarjeta está incompleto.",
    number_too_long: "El número de tarjeta tiene demasiados dígitos.",
    number_invalid: "El número de tarjeta no es correcto. Revise los dígitos.",
    expiry_required: "Introduzca la fecha de caducidad.",
    expiry_incomplete: "La fecha de caducidad está incompleta. Indique mes y año, como en la tarjeta.",
    expiry_invalid: "La fecha de caducidad no es correcta. Indique mes y año, como en la tarjeta.",
    expiry_past: "Esta tarjeta ha caducado.",
    expiry_too_far: "El año de caducidad es demasiado lejano.",
    code_required: "Introduzca el código de seguridad.",
    code_incomplete: "El código de seguridad está incompleto.",
    code_invalid: "El código de seguridad no corresponde a esta tarjeta.",
    name_required: "Introduzca el nombre que figura en la tarjeta.",
    name_too_long: "El nombre es demasiado largo.",
    name_invalid: "Introduzca el nombre tal como figura en la tarjeta, sin números.",
    country_required: "Seleccione su país.",
    postal_code_required: "Introduzca su código postal.",
    postal_code_incomplete: "El código postal está incompleto.",
    postal_code_invalid: "El código postal no corresponde a este país.",
  },
  codeOnBack: "3 dígitos en el reverso de su tarjeta",
  codeOnFront: "4 dígitos en el anverso de su tarjeta",
  brandChoice: "Pagar con",
  sealed: "Su tarjeta se cifra en este recuadro; la tienda nunca la ve.",
  protection: "Cómo se protege su tarjeta",
  loading: "Cargando campos de tarjeta",
};

export default spanish;
