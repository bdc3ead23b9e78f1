import { others } from "./.vitepress/others.ts";

/** A route for each page of docs/ that has no file here. */
export default {
  paths: () => others.map(({ page, content }) => ({ params: { page }, content })),
};
