import { definePanel } from "./panel.js";
function build(panel) { panel.frame("Breakout groups"); return () => {}; }
export default definePanel(build);
