const SHAPES = {
  sun: "M12 4V2M12 22v-2M4 12H2M22 12h-2M6.3 6.3 4.9 4.9M19.1 19.1l-1.4-1.4M17.7 6.3l1.4-1.4M4.9 19.1l1.4-1.4M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  half: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 3v18M12 8h7M12 12h9M12 16h7",
  plus: "M12 5v14M5 12h14",
  play: "M7 4.5v15l12-7.5-12-7.5Z",
  pause: "M8 5v14M16 5v14",
  stop: "M6 6h12v12H6z",
  again: "M20 11a8 8 0 1 0-.7 4.5M20 5v6h-6",
  close: "M6 6l12 12M18 6 6 18",
  out: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  warn: "M12 3 2 20h20L12 3ZM12 10v4M12 17.2v.1",
  check: "M5 12.5l4.5 4.5L19 7",
  down: "M6 9l6 6 6-6",
  history: "M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 3.5v5h5M12 8v4.5l3 1.8",
} as const;

/** A small drawing beside words; what it means stands in the words. */
export function Icon({ name }: { readonly name: keyof typeof SHAPES }) {
  return (
    <svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={SHAPES[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
