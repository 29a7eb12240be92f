/** As little as a Worker can do. */
export default {
  fetch: () => new Response("ok"),
} satisfies ExportedHandler;
