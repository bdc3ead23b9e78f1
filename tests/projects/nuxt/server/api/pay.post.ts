import { pay } from "../lib/checkout";

export default defineEventHandler(async (event) => pay(await readBody(event)));
