import { json } from "@sveltejs/kit";
import { pay } from "#lib/server/checkout.js";
import type { RequestHandler } from "./$types";

export const POST: RequestHandler = async ({ request }) => json(await pay(await request.json()));
