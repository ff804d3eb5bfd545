#!/usr/bin/env node
// The sources run as they stand: tsx reads TypeScript (docs/adr/0005-run-from-source.md).
import { register } from "tsx/esm/api";

register();
await import("../src/main.ts");
