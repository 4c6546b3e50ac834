// Starts the program: the page in the window and, as the worker's script, the agent in the worker.
//
// What takes time on the network begins before the program is there: its file, config.json, the broker's WebSocket.
// The program finds what has come of it in `boot`. It is compiled once, in the window, which hands it to the worker.

// The program's script, which wasm-bindgen makes. The release has both in one file, as each request delays the start.
import { initSync } from "./lampi-web.js";

const startPage = async () => {
  const worker = new Worker(import.meta.url, { type: "module" });
  // An error without a message is that its script did not load.
  worker.onerror = (error) => (error.message ? stop() : fail(error));
  addEventListener("error", ({ error }) => {
    if (error instanceof WebAssembly.RuntimeError) stop();
  });
  const config = readConfig();
  const [program, text] = await Promise.all([
    compile(document.querySelector("link[rel=preload]").href),
    config,
    dial(worker, config),
  ]);
  globalThis.boot = { config: text };
  worker.postMessage({ program });
  // yew-agent makes its worker itself: it gets the one that is there.
  globalThis.Worker = function () {
    return worker;
  };
  initSync({ module: program });
};

// The text of config.json, null if the server has no such file, undefined if it does not give it out.
const readConfig = async () => {
  try {
    // Asks the server each time: an edited file counts at the next load.
    const response = await fetch("config.json", { cache: "no-cache", signal: AbortSignal.timeout(5000) });
    if (response.status === 200) return await response.text();
    if (response.status === 404 || response.status === 410) return null;
  } catch {
    // The program says so.
  }
};

// Has the worker dial the broker that the program most likely wants, if any.
const dial = async (worker, config) => {
  const query = new URLSearchParams(location.search);
  if (query.has("broker") || query.has("demo")) return;
  const broker = goodBroker() ?? firstBroker(await config);
  if (broker) worker.postMessage({ broker });
};

// The broker that worked last, which the program keeps. Known before config.json is there.
const goodBroker = () => {
  try {
    return localStorage.getItem(`lampi broker ${location.pathname}`);
  } catch {
    // The browser keeps nothing.
  }
};

// The first that config.json names, or the lesson's.
const firstBroker = (config) => {
  const { protocol, host, hostname } = location;
  try {
    const { brokers } = JSON.parse(config ?? "{}");
    if (brokers) return brokers.find((broker) => /^wss?:/i.test(broker));
    return protocol === "https:" ? `wss://${host}/mqtt` : `ws://${hostname}:50002/mqtt`;
  } catch {
    // The program says what is wrong with the file.
  }
};

const startAgent = () => {
  self.onmessage = ({ data: { broker, program } }) => {
    // Whether to use the WebSocket is up to the program.
    if (broker) globalThis.boot = { broker, socket: open(broker) };
    // From now on, yew-agent listens.
    if (program) initSync({ module: program });
  };
};

const open = (broker) => {
  try {
    return new WebSocket(broker, "mqtt");
  } catch {
    // The program says what is wrong with the address.
  }
};

const compile = async (url) => {
  // Must match the preload in Trunk.toml. Of the pairs of preload and fetch that match, Safari knows this one alone.
  const response = await fetch(url, { mode: "no-cors", credentials: "include" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // Not every web server knows what a .wasm file is, and browsers compile only what is called so while it arrives.
  return response.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
};

const fail = (error) => {
  console.error(error);
  say(
    "The page cannot start: its program did not load. Reload the page. If that does not help, " +
      "check that all files of the page are on the web server and that it serves .wasm files.",
  );
};

// Nothing that the program is given should end it. If something does, a page that looks alive would be a lie.
const stop = () => {
  say("The page has stopped: there is a fault in its program. Reload the page; what you have changed is kept.");
};

// Says it in the page's place.
const say = (words) => {
  const message = document.createElement("p");
  message.className = "loading";
  message.role = "alert";
  message.textContent = words;
  // A program that starts nevertheless finds no place.
  document.body.replaceChildren(message);
};

if (globalThis.document) {
  startPage().catch(fail);
} else {
  startAgent();
}
