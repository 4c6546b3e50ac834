// The lesson's page once more, on the current MQTT.js and without jQuery.
const DEVICE = "TEST";
const port = new URLSearchParams(location.search).get("port") ?? 50002;
const client = mqtt.connect(`ws://${location.hostname}:${port}/mqtt`);
const element = (id) => document.getElementById(id);
let settings = {};
let timer = null;
let on = false;

const publish = () => client.publish(`devices/${DEVICE}/test/poke_value`, JSON.stringify(settings));

const publishSoon = () => {
  timer ??= setTimeout(() => {
    timer = null;
    publish();
  }, 100);
};

client.on("connect", () => client.subscribe("devices/+/label/changed"));

client.on("message", (_topic, payload) => {
  settings = JSON.parse(payload.toString());
  element("sub_value").innerHTML = settings.value;
});

element("power").addEventListener("click", () => {
  on = !on;
  settings.on = on;
  element("powerState").textContent = on ? "On" : "Off";
  publish();
});

// A range input that is dragged fires `input` at each step and `change` at the end.
for (const type of ["change", "input"]) {
  element("slider").addEventListener(type, (event) => {
    settings.slider = Number(event.target.value);
    element("sliderState").textContent = settings.slider;
    publishSoon();
  });
}
