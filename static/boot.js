// Starts the program: the page in the window and, as the worker's script, the agent in the worker.
//
// What takes time on the network begins before the program is there: its files, config.json, the broker's WebSocket.
// The program finds what has begun in `boot`.

const startPage = async () => {
  const file = (rel) => document.querySelector(`link[rel=${rel}]`).href;
  const config = fetch("config.json", { cache: "no-cache", signal: AbortSignal.timeout(5000) });
  globalThis.boot = { config };
  const worker = new Worker(import.meta.url, { type: "module", name: file("modulepreload") });
  const dialling = firstBroker(config).then(
    (broker) => worker.postMessage({ broker }),
    () => {},
  );

  const [{ default: init }, program] = await Promise.all([
    import(file("modulepreload")),
    compile(file("preload")),
  ]);
  // yew-agent makes its worker itself. It gets the one that is there already, and the compiled program with it: the
  // worker neither loads nor compiles it again. Not before, as nobody would hear that the agent runs.
  globalThis.Worker = function () {
    dialling.then(() => worker.postMessage({ program }));
    return worker;
  };
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

// Where the page most likely connects to. The program decides, and closes what it does not want.
const firstBroker = async (config) => {
  const query = new URLSearchParams(location.search);
  if (query.has("broker") || query.has("demo")) throw null;
  const response = (await config).clone();
  const { brokers } = response.ok ? await response.json() : {};
  const { protocol, host, hostname } = location;
  return brokers?.[0] ?? (protocol === "https:" ? `wss://${host}/mqtt` : `ws://${hostname}:50002/mqtt`);
};

const startAgent = () => {
  const program = import(self.name);
  self.onmessage = async ({ data }) => {
    if (data.broker) globalThis.boot = dial(data.broker);
    if (data.program) (await program).default({ module_or_path: data.program });
  };
};

const dial = (broker) => {
  try {
    return { broker, socket: new WebSocket(broker, "mqtt") };
  } catch {
    // The program finds out by itself, and says what is wrong with the address.
    return undefined;
  }
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
