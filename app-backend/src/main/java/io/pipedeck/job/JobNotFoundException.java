package io.pipedeck.job;

import io.pipedeck.api.AppException;
import java.util.UUID;

/** There is no job of this id. */
public final class JobNotFoundException extends AppException {
  public JobNotFoundException(UUID id) {
    super("There is no job " + id + ": it was deleted or never existed.", null);
  }
}
