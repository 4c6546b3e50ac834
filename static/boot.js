// Starts the WASM file, in the page and, as the worker's script, in the worker.
const start = async () => {
  const { default: init } = await import("./lampi-web.js");
  await init();
};

start().catch((error) => {
  console.error(error);
  const failure = globalThis.document?.getElementById("boot-failure");
  if (failure) {
    failure.className = "";
    failure.textContent =
      "The page cannot start: its program did not load. Reload the page. If that does not help, " +
      "check that all files of the page are on the web server and that it serves .wasm files.";
  }
});
