"""Counts up on the lesson's label topic, through Paho: publisher.py PORT SECONDS."""

import itertools
import json
import sys
import time

import paho.mqtt.client as mqtt

port, pause = int(sys.argv[1]), float(sys.argv[2])

client = mqtt.Client()
client.connect("127.0.0.1", port)
client.loop_start()
for value in itertools.count():
    client.publish("devices/foobar/label/changed", json.dumps({"value": value}))
    time.sleep(pause)
