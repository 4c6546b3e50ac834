//! Memory after a million labels, of the page and its worker, once everything is cleared away that can be.

use serde_json::json;

use crate::{
    browser::{Browser, Page},
    contestant::OURS,
    devtools::DevtoolsError,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, labels},
};

const AFTER: Figure = Figure {
    id: "heap",
    title: "heap after 1,000,000 labels, with WebAssembly's memory",
    unit: Unit::Bytes,
    aim: Some(1.0),
    moonshot: None,
};

const OF_JAVASCRIPT: Figure = Figure {
    id: "heap-javascript",
    title: "the same without WebAssembly's memory",
    unit: Unit::Bytes,
    aim: None,
    moonshot: None,
};

const GROWTH: Figure = Figure {
    id: "heap-growth",
    title: "heap, growth from 10,000 to 1,000,000 labels",
    unit: Unit::Bytes,
    aim: None,
    moonshot: None,
};

const LABELS: u64 = 1_000_000;
const WARM: u64 = 10_000;

/// So many are published before the page is waited for: no page is given more than it can take.
const AT_ONCE: u64 = 5_000;

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, report: &mut Report) -> Result<(), BenchError> {
    for turn in stage.turns(0) {
        let browser = Browser::start().await?;
        let stand = &stage.stands[turn];
        let (page, _) = stand.visit(&browser, Network::Loopback).await?;
        let workers = page.workers().await?;
        if stand.name == OURS && workers.is_empty() {
            return Err(stand.unmeasured("its worker is not to be found"));
        }
        let mut shown = 0;
        let mut memory_after = async |labels_in_all| {
            while shown < labels_in_all {
                let batch = labels(shown + 1, AT_ONCE);
                stage.publisher.flood(batch, u32::MAX).await?;
                shown += AT_ONCE;
                stand.shows(&page, shown).await?;
            }
            Ok::<_, BenchError>(memory(&page, &workers).await?)
        };
        let warm = memory_after(WARM).await?;
        let after = memory_after(LABELS).await?;
        report.add(&AFTER, &stand.name, after.sum());
        report.add(&OF_JAVASCRIPT, &stand.name, after.javascript);
        report.add(&GROWTH, &stand.name, after.sum() - warm.sum());
        browser.close().await?;
        println!("heap: {} has seen {LABELS} labels", stand.name);
    }
    Ok(())
}

/// Bytes.
struct Memory {
    /// JavaScript objects, what the browser keeps for them, and array buffers.
    javascript: f64,
    /// What WebAssembly modules have been given.
    webassembly: f64,
}

impl Memory {
    fn sum(&self) -> f64 {
        self.javascript + self.webassembly
    }
}

async fn memory(page: &Page, workers: &[Page]) -> Result<Memory, DevtoolsError> {
    const USAGE: &str = "Runtime.getHeapUsage";
    let mut sum = Memory {
        javascript: 0.0,
        webassembly: 0.0,
    };
    for thread in workers.iter().chain([page]) {
        thread
            .call("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let usage = thread.call(USAGE, json!({})).await?;
        for part in ["usedSize", "embedderHeapUsedSize", "backingStorageSize"] {
            sum.javascript += usage[part].as_f64().ok_or(DevtoolsError::Untold {
                method: USAGE,
                what: part,
            })?;
        }
        sum.webassembly += webassembly(thread).await?;
    }
    Ok(sum)
}

/// The bytes of all WebAssembly memories of a thread, which its heap usage leaves out.
async fn webassembly(thread: &Page) -> Result<f64, DevtoolsError> {
    const SUM: &str = "function() {
      return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    }";
    const CALL: &str = "Runtime.callFunctionOn";
    let prototype = json!({"expression": "WebAssembly.Memory.prototype"});
    let prototype = thread.call("Runtime.evaluate", prototype).await?;
    let made_of_it = json!({"prototypeObjectId": prototype["result"]["objectId"]});
    let memories = thread.call("Runtime.queryObjects", made_of_it).await?;
    let sum = json!({
        "objectId": memories["objects"]["objectId"],
        "functionDeclaration": SUM,
        "returnByValue": true,
    });
    let sum = thread.call(CALL, sum).await?;
    sum["result"]["value"]
        .as_f64()
        .ok_or(DevtoolsError::Untold {
            method: CALL,
            what: "the size of WebAssembly's memories",
        })
}
