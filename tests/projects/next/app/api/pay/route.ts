import { pay } from "@/lib/checkout";

export async function POST(request: Request) {
  return Response.json(await pay(await request.json()));
}
