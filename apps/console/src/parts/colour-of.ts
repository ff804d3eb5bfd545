/** What a custom property of the style sheet comes to in the present theme, for a canvas. */
export function colourOf(property: `--${string}`): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
