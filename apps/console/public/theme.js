// Before the first paint, so that a page in the other theme is never seen. A file of its own: inline script is not allowed.
try {
  const theme = localStorage.getItem("betrace.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme it is.
}
