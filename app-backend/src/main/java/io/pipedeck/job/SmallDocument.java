package io.pipedeck.job;

/** The bytes of a document that is small enough to be kept in the commit of its job. */
public final class SmallDocument {
  private final byte[] bytes;

  /** Takes the array over: it must not be changed any more. */
  public SmallDocument(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Not a copy: to be read only. */
  public byte[] bytes() {
    return bytes;
  }
}
