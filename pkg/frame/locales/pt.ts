import type { Catalogue } from "../catalogue.js";

const portuguese: Catalogue = {
  title: "Dados do cartão",
  labels: {
    number: "Número do cartão",
    expiry: "Data de validade",
    code: "Código de segurança",
    name: "Nome no cartão",
    country: "País",
    postalCode: "Código postal",
  },
  expiry: "MM / AA",
  problems: {
    number_required: "Insira o número do cartão.",
    number_incomplete: "O número do cartão está incompleto.",
    number_too_long: "O número do cartão tem dígitos a mais.",
    number_invalid: "O número do cartão não está correto. Verifique os dígitos.",
    expiry_required: "Insira a data de validade.",
    expiry_incomplete: "A data de validade está incompleta. Indique o mês e o ano, como no cartão.",
    expiry_invalid: "A data de validade não está correta. Indique o mês e o ano, como no cartão.",
    expiry_past: "Este cartão expirou.",
    expiry_too_far: "O ano de validade está muito distante.",
    code_required: "Insira o código de segurança.",
    code_incomplete: "O código de segurança está incompleto.",
    code_invalid: "O código de segurança não corresponde a este cartão.",
    name_required: "Insira o nome impresso no cartão.",
    name_too_long: "O nome é muito longo.",
    name_invalid: "Insira o nome como está no cartão, sem números.",
    country_required: "Selecione o seu país.",
    postal_code_required: "Insira o seu código postal.",
    postal_code_incomplete: "O código postal está incompleto.",
    postal_code_invalid: "O código postal não corresponde a este país.",
  },
  codeOnBack: "3 dígitos no verso do seu cartão",
  codeOnFront: "4 dígitos na frente do seu cartão",
  brandChoice: "Pagar com",
  sealed: "O seu cartão é criptografado neste campo; a loja nunca o vê.",
  protection: "Como o seu cartão é protegido",
  loading: "Carregando os campos do cartão",
};

export default portuguese;
