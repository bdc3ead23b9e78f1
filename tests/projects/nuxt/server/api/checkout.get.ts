import { checkout } from "../lib/checkout";

export default defineEventHandler(() => checkout());
