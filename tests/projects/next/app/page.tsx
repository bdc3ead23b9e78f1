import { formatAmount } from "cardseal/server";
import { connection } from "next/server";
import { checkout } from "@/lib/checkout";
import { Checkout } from "./checkout";

export default async function Page() {
  // An order for each shopper, not one that is signed when the site is built.
  await connection();
  const { options, order } = await checkout();
  return (
    <main>
      <h1>{formatAmount(4200, "EUR", "en")}</h1>
      <Checkout options={options} order={order} />
    </main>
  );
}
