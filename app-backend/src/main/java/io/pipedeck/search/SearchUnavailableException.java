package io.pipedeck.search;

import io.pipedeck.api.AppException;
import org.jspecify.annotations.Nullable;

/** There is no index to search in for now; a while later there is. */
public final class SearchUnavailableException extends AppException {
  SearchUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
