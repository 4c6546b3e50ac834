// Does what the lesson's page does, on its libraries, with all that it writes to the console.
jQuery(($) => {
  const DEVICE = "TEST";
  // The lesson has its readers fill in the broker's address; the benchmark gives its port in the query.
  const port = Number(new URLSearchParams(location.search).get("port") ?? 50002);
  const client = new Paho.MQTT.Client(location.hostname, port, `${Math.random()}_web_client`);
  let settings = {};
  let timer = null;
  let on = false;

  const publish = () => {
    const message = new Paho.MQTT.Message(JSON.stringify(settings));
    message.destinationName = `devices/${DEVICE}/test/poke_value`;
    client.send(message);
  };

  const publishSoon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      publish();
    }, 100);
  };

  const connect = () =>
    client.connect({
      onSuccess: () => client.subscribe("devices/+/label/changed"),
      onFailure: (reason) => console.log(reason),
    });

  client.onConnectionLost = ({ errorCode, errorMessage }) => {
    if (errorCode !== 0) {
      console.log(`connection lost: ${errorMessage}`);
      connect();
    }
  };

  client.onMessageArrived = (message) => {
    console.log(message);
    console.log(message.payloadString);
    settings = JSON.parse(message.payloadString);
    console.log(settings);
    $("#sub_value").html(settings.value);
  };

  $("#power").on("click", () => {
    on = !on;
    settings.on = on;
    $("#powerState").html(on ? "On" : "Off");
    publish();
  });

  $(".slider").on("change input", (event) => {
    settings.slider = Number(event.target.value);
    $("#sliderState").html(settings.slider);
    publishSoon();
  });

  connect();
});
