package io.pipedeck.document;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.worker.JobFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders of this machine from which the documents of Python programs' jobs are read. Nothing
 * outside of them is looked at, also not by way of a link.
 */
public final class DocumentFolders {
  private final List<Path> folders;
  private final Documents documents;
  private final long maxBytes;

  /**
   * Folders that may be read.
   *
   * @param folders absolute; none: every file is refused
   * @param maxBytes a larger document is refused
   */
  public DocumentFolders(List<Path> folders, Documents documents, long maxBytes) {
    this.folders = folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
    this.documents = documents;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a file into the document store.
   *
   * @throws JobFailure with {@code document_missing} if it isn't there or not to be read from, with
   *     {@code too_large} if it is
   */
  DocumentStore.Stored read(String filePath) throws JobFailure {
    Path file = allowed(filePath);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return documents.keep(in, maxBytes);
    } catch (IOException e) {
      throw missing("The file " + filePath + " can't be read by the worker.", e);
    } catch (DocumentStoreException e) {
      if (e.reason() == DocumentStoreException.Reason.TOO_LARGE) {
        throw new JobFailure(ErrorCode.TOO_LARGE, String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  private Path allowed(String filePath) throws JobFailure {
    if (folders.isEmpty()) {
      throw missing(
          "The file "
              + filePath
              + " was not read: no folder is open to the jobs of Python programs. Set rq-document-folders to the"
              + " folders that their file_path points into.",
          null);
    }
    Path asked = path(filePath);
    Path folder =
        folders.stream().filter(asked::startsWith).findFirst().orElseThrow(() -> outside(filePath));
    try {
      // Links are followed here and nowhere after.
      Path real = asked.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside(filePath);
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        throw missing("The file " + filePath + " is no ordinary file.", null);
      }
      return real;
    } catch (IOException e) {
      throw missing("There is no file " + filePath + " on the worker's machine.", e);
    }
  }

  private static Path path(String filePath) throws JobFailure {
    try {
      Path path = Path.of(filePath);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      throw missing("The file_path is no path.", e);
    }
    throw missing("The file_path " + filePath + " must begin at the root.", null);
  }

  private static JobFailure outside(String filePath) {
    return missing(
        "The file "
            + filePath
            + " was not read: it is not below any of the folders of rq-document-folders.",
        null);
  }

  private static JobFailure missing(
      String message, @org.jspecify.annotations.Nullable Throwable cause) {
    return new JobFailure(
        ErrorCode.DOCUMENT_MISSING, message, cause == null ? new IOException(message) : cause);
  }
}
