export default defineNuxtConfig({
  compatibilityDate: "2026-11-01",
  telemetry: false,
  typescript: { typeCheck: true },
  app: { head: { title: "Checkout", link: [{ rel: "icon", href: "/icon.svg" }] } },
});
