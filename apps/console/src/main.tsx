import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import { App } from "./app.js";
import { followLinks } from "./location.js";

followLinks();
const home = document.getElementById("app");
if (home !== null) render(<App />, home);
