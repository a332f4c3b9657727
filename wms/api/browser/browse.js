// Shows the document; nothing is sent anywhere but here, so no validator badge.
window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#documents",
  docExpansion: "none",
  deepLinking: true,
  filter: true,
  validatorUrl: null,
});
