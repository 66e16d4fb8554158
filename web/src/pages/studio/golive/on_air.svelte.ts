/** Whether a show comes from this page: whoever would leave it is asked first. */
export const onAir = $state({ now: false });

if (typeof window !== "undefined") {
  window.addEventListener("beforeunload", (event) => {
    if (onAir.now) event.preventDefault();
  });
}
