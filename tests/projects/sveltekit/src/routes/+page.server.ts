import { checkout } from "#lib/server/checkout.js";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = () => checkout();
