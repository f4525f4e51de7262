// The engines under one interface, so that every one is measured by the same acts. This runs in the page.

import { type AnyNode, type SelectItem, loadForm } from "@getodk/xforms-engine";
import type { EngineName } from "./form_samples.ts";

/** The files a form names, by the url it writes. */
export type Files = Map<string, Uint8Array>;

export interface Engine {
  /** From the form's XML to a new filling-in whose calculations are done. */
  load(xml: string, files: Files): Promise<Filling>;
  /** Bytes of WebAssembly memory it holds; JavaScript's own are not among them. */
  linearMemory(): number;
}

/** One filling-in of a form; `Node` is how a place is named once it was found. */
export interface Filling<Node = unknown> {
  node(path: string): Node;
  /** Answers a question, with everything that follows from it. */
  answer(node: Node, value: string): void;
  value(node: Node): string;
  /** Makes the choices a select offers now, names and labels, and counts them. */
  choices(node: Node): number;
  instances(repeat: Node): number;
  setInstances(repeat: Node, count: Node, instances: number): void;
  submission(): string;
  /** Lets go of it. */
  free(): void;
}

/** The JavaScript that wasm-bindgen writes for app/form/bench. */
interface Glue {
  default(options: { module_or_path: string }): Promise<{ memory: WebAssembly.Memory }>;
  Attachments: new () => { add(url: string, content: Uint8Array): void };
  Filling: { load(engine: EngineName, xml: Uint8Array, attachments: object): Filling<number> };
}

export async function engine(name: EngineName): Promise<Engine> {
  return name === "xforms-engine" ? xformsEngine() : rustEngine(name);
}

async function rustEngine(name: EngineName): Promise<Engine> {
  const address = "/pkg/form_bench.js";
  const glue = (await import(address)) as Glue;
  const { memory } = await glue.default({ module_or_path: "/pkg/form_bench_bg.wasm" });
  return {
    linearMemory: () => memory.buffer.byteLength,
    async load(xml, files) {
      const attachments = new glue.Attachments();
      for (const [url, content] of files) {
        attachments.add(url, content);
      }
      // The text is timed from where the other engine takes it, and so is its way into WebAssembly's memory.
      return glue.Filling.load(name, new TextEncoder().encode(xml), attachments);
    },
  };
}

function xformsEngine(): Engine {
  return {
    linearMemory: () => 0,
    async load(xml, files) {
      const form = await loadForm(xml, {
        fetchFormAttachment: async (url) => {
          const content = files.get(url.href);
          return content
            ? new Response(new Uint8Array(content), { headers: { "Content-Type": "text/csv" } })
            : new Response(null, { status: 404 });
        },
      });
      if (form.status === "failure") {
        throw form.error;
      }
      return new XformsFilling(form.createInstance().root);
    },
  };
}

class XformsFilling implements Filling<AnyNode> {
  readonly #root: AnyNode;
  #nodes: Map<string, AnyNode> | undefined;

  constructor(root: AnyNode) {
    this.#root = root;
  }

  node(path: string): AnyNode {
    this.#nodes ??= nodesByPath(this.#root);
    const node = this.#nodes.get(path);
    if (!node) {
      throw new Error(`there is no ${path}`);
    }
    return node;
  }

  answer(node: AnyNode, value: string): void {
    if (node.nodeType === "select") {
      node.selectValue(value);
    } else if (node.nodeType === "input") {
      (node.setValue as (value: string) => unknown)(value);
    } else {
      throw new Error(`${node.currentState.reference} takes no answer`);
    }
  }

  value(node: AnyNode): string {
    return "instanceValue" in node.currentState ? node.currentState.instanceValue : "";
  }

  choices(node: AnyNode): number {
    if (node.nodeType !== "select") {
      return 0;
    }
    return node.currentState.valueOptions.filter((choice: SelectItem) => choice.label.asString !== "").length;
  }

  instances(repeat: AnyNode): number {
    return repeat.currentState.children?.length ?? 0;
  }

  setInstances(_repeat: AnyNode, count: AnyNode, instances: number): void {
    this.answer(count, String(instances));
  }

  submission(): string {
    return this.#root.instanceState.instanceXML;
  }

  free(): void {
    // The collector does it.
  }
}

function nodesByPath(root: AnyNode): Map<string, AnyNode> {
  const nodes = new Map<string, AnyNode>();
  const left = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    nodes.set(node.currentState.reference, node);
    left.push(...((node.currentState.children ?? []) as AnyNode[]));
  }
  return nodes;
}
