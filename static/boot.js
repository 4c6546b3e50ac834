// Starts the program: the page in the window and, as the worker's script, the agent in the worker.
//
// What takes time on the network begins before the program is there: its files, config.json, the broker's WebSocket.
// The program finds what has begun in `boot`. The worker needs nothing from the window, which is busy drawing the page.

const startPage = async () => {
  const file = (rel) => document.querySelector(`link[rel=${rel}]`).href;
  const files = { glue: file("modulepreload"), wasm: file("preload") };
  const query = new URLSearchParams(location.search);
  const dials = !query.has("broker") && !query.has("demo");
  globalThis.boot = { config: fetchConfig() };
  // The program says what came of it: until then a failure is nobody's.
  boot.config.catch(() => {});
  const worker = new Worker(import.meta.url, { type: "module", name: JSON.stringify({ ...files, dials }) });
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

const startAgent = async () => {
  const { dials, ...files } = JSON.parse(self.name);
  globalThis.boot = {};
  if (dials) dial().catch(() => {});
  await run(files);
};

const run = async ({ glue, wasm }) => {
  const [{ default: init }, program] = await Promise.all([import(glue), compile(wasm)]);
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

// Asks the server each time: an edited file counts at the next load.
const fetchConfig = () => fetch("config.json", { cache: "no-cache", signal: AbortSignal.timeout(5000) });

// Opens the WebSocket that the program most likely wants. It decides, and closes what it does not want.
const dial = async () => {
  const response = await fetchConfig();
  const { brokers } = response.ok ? await response.json() : {};
  const { protocol, host, hostname } = location;
  const broker = brokers?.[0] ?? (protocol === "https:" ? `wss://${host}/mqtt` : `ws://${hostname}:50002/mqtt`);
  if (boot) Object.assign(boot, { broker, socket: new WebSocket(broker, "mqtt") });
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
