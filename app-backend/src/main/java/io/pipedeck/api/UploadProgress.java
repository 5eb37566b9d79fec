package io.pipedeck.api;

/** Hears how far an upload is. Called on the sending thread. */
@FunctionalInterface
public interface UploadProgress {
  /** So many bytes of the file have gone out, of so many. */
  void sent(long bytes, long total);
}
