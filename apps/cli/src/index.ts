export { type Environment, type Stack, type StackOptions, startStack } from "./stack.js";
