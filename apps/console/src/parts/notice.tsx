import type { ComponentChildren } from "preact";
import { Icon } from "./icon.js";

/** A box that a person should read: what went wrong, or what the answer does not cover. */
export function Notice(props: {
  readonly kind: "bad" | "warn" | "info";
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class={`notice ${props.kind}`} role={props.kind === "bad" ? "alert" : "note"}>
      {props.kind !== "info" && <Icon name="warn" />}
      <div class="notice-text">
        <strong>{props.title}</strong>
        {props.children}
      </div>
    </div>
  );
}
