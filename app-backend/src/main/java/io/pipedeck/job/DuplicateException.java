package io.pipedeck.job;

import io.pipedeck.api.AppException;

/** The realm has processed the content before and its sender wants no second job; none was made. */
public final class DuplicateException extends AppException {
  private final transient Job earlier;

  DuplicateException(Job earlier) {
    super(
        "This realm has the same document already, as job "
            + earlier.id()
            + " of "
            + Contents.asDuplicate(earlier).at()
            + ".",
        null);
    this.earlier = earlier;
  }

  /** The job that had it. */
  public Job earlier() {
    return earlier;
  }
}
