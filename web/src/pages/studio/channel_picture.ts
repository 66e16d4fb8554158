/** What lies at this address, to be sent again should its removal be undone; null where it cannot be had. */
export async function copyOf(address: string | null): Promise<File | null> {
  if (address === null) return null;
  try {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const content = await answer.blob();
    return new File([content], address.split("/").at(-1) ?? "", { type: content.type });
  } catch {
    return null;
  }
}
