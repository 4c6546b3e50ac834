// Starts the program: the page in the window and, as the worker's script, the agent in the worker.
//
// What takes time on the network begins before the program is there: its files, config.json, the broker's WebSocket.
// The program finds what has begun in `boot`. The worker loads by itself: the window is busy drawing the page.

const startPage = async () => {
  const file = (rel) => document.querySelector(`link[rel=${rel}]`).href;
  const files = { glue: file("modulepreload"), wasm: file("preload") };
  // Asks the server each time: an edited file counts at the next load.
  const config = fetch("config.json", { cache: "no-cache", signal: AbortSignal.timeout(5000) });
  globalThis.boot = { config };
  const worker = new Worker(import.meta.url, { type: "module", name: JSON.stringify(files) });
  // The program says what came of config.json; here a failure is nobody's.
  config.then(firstBroker).catch(() => {}).then((broker) => worker.postMessage(broker));
  // What the agent says before the program listens is said again.
  const early = [];
  worker.onmessage = ({ data }) => early.push(data);
  // yew-agent makes its worker itself. It gets the one that is there already.
  globalThis.Worker = function () {
    queueMicrotask(() => early.forEach((data) => worker.dispatchEvent(new MessageEvent("message", { data }))));
    return worker;
  };
  await run(files);
};

// The broker that the program most likely wants, if any.
const firstBroker = async (response) => {
  const query = new URLSearchParams(location.search);
  if (query.has("broker") || query.has("demo")) return;
  const { brokers } = response.ok ? await response.clone().json() : {};
  const { protocol, host, hostname } = location;
  return brokers?.[0] ?? (protocol === "https:" ? `wss://${host}/mqtt` : `ws://${hostname}:50002/mqtt`);
};

const startAgent = async () => {
  globalThis.boot = {};
  // The one message before the program listens. Whether to use the WebSocket is up to the program.
  const told = new Promise((resolve) => {
    self.onmessage = ({ data: broker }) => {
      if (broker) Object.assign(boot, { broker, socket: dial(broker) });
      resolve();
    };
  });
  await run(JSON.parse(self.name), told);
};

const dial = (broker) => {
  try {
    return new WebSocket(broker, "mqtt");
  } catch {
    // The program says what is wrong with the address.
  }
};

const run = async ({ glue, wasm }, ready) => {
  const [{ default: init }, program] = await Promise.all([import(glue), compile(wasm), ready]);
  await init({ module_or_path: program });
};

const compile = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // Not every web server knows what a .wasm file is, and browsers compile only what is called so while it arrives.
  return response.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
};

const fail = (error) => {
  console.error(error);
  const failure = document.getElementById("boot-failure");
  failure.className = "";
  failure.textContent =
    "The page cannot start: its program did not load. Reload the page. If that does not help, " +
    "check that all files of the page are on the web server and that it serves .wasm files.";
};

if (globalThis.document) {
  startPage().catch(fail);
} else {
  startAgent();
}
