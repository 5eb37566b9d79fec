package io.pipedeck.http;

import io.helidon.webserver.http.ServerRequest;
import io.pipedeck.document.Documents;
import io.pipedeck.document.Documents.Received;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.jspecify.annotations.Nullable;

/**
 * An upload: its one file, taken as it streams in, and its fields, which may stand before or behind
 * it or in the query.
 *
 * @param filename as the sender calls it, without folders
 */
record UploadForm(Received document, String filename, Map<String, String> fields) {
  private static final int FIELDS = 100;
  private static final int LONGEST_FILENAME = 255;
  private static final long MIB = 1 << 20;

  /** Reads the request to its end. */
  static UploadForm read(ServerRequest request, Documents documents, long maxBytes)
      throws IOException {
    if (!MultipartForm.isOne(request)) {
      throw new RequestException(
          415,
          "unsupported_media_type",
          "Send the document as multipart/form-data with a part called file.",
          List.of());
    }
    // Said before the upload is read, where the sender tells its size beforehand; the form adds a
    // little to the file.
    if (request.headers().contentLength().orElse(0) > maxBytes + MIB) {
      throw new RequestException(413, "too_large", tooLarge(maxBytes), List.of());
    }
    var reading = new Reading(documents, maxBytes, fieldsOfQuery(request));
    try {
      FileItemInputIterator parts = MultipartForm.parts(request);
      while (parts.hasNext()) {
        reading.take(parts.next());
      }
    } catch (FileUploadException _) {
      throw RequestException.badRequest(
          "The form can't be read: it is cut off or not well-formed. Nothing was kept.");
    }
    return reading.form();
  }

  static String tooLarge(long maxBytes) {
    return "The document is larger than the " + maxBytes / MIB + " MiB that are taken.";
  }

  /** A field, null where it is missing or empty. */
  @Nullable String field(String name) {
    String value = fields.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static Map<String, String> fieldsOfQuery(ServerRequest request) {
    FormFields.refuseInQuery(request);
    Map<String, String> fields = new HashMap<>();
    for (String name : request.query().names()) {
      request.query().first(name).ifPresent(value -> fields.put(name, value));
    }
    return fields;
  }

  /** Some senders give a whole path, of whichever system. */
  static String baseName(@Nullable String name) {
    String given = name == null ? "" : unquoted(name);
    int slash = Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\'));
    String base = given.substring(slash + 1).replaceAll("\\p{Cntrl}", "").strip();
    if (base.isEmpty()) {
      return "document";
    }
    boolean fits = base.codePointCount(0, base.length()) <= LONGEST_FILENAME;
    return fits ? base : base.substring(0, base.offsetByCodePoints(0, LONGEST_FILENAME));
  }

  /** Senders write these so in a quoted name (HTML standard, multipart/form-data encoding). */
  private static String unquoted(String name) {
    return name.replace("%22", "\"").replace("%0D", "").replace("%0A", "");
  }

  /** The parts as they come in. */
  private static final class Reading {
    private final Documents documents;
    private final long maxBytes;
    private final Map<String, String> fields;
    private @Nullable Received document;
    private String filename = "";

    Reading(Documents documents, long maxBytes, Map<String, String> fields) {
      this.documents = documents;
      this.maxBytes = maxBytes;
      this.fields = fields;
    }

    void take(FileItemInput part) throws IOException {
      String name = part.getFieldName();
      if ("file".equals(name) && !part.isFormField()) {
        takeFile(part);
      } else if (name != null) {
        fields.put(name, text(part));
      }
    }

    private void takeFile(FileItemInput part) throws IOException {
      if (document != null) {
        throw RequestException.badRequest(
            "There are two parts called file; send one document a call.");
      }
      filename = baseName(part.getName());
      // Not closed here: that reads a part that was refused to its end. The next part closes it.
      document = documents.receive(part.getInputStream(), maxBytes);
    }

    private String text(FileItemInput part) throws IOException {
      if (fields.size() >= FIELDS) {
        throw RequestException.badRequest("The form has more than " + FIELDS + " fields.");
      }
      return FormFields.text(part);
    }

    UploadForm form() {
      if (document == null) {
        throw RequestException.badRequest("The form has no part called file with a file name.");
      }
      return new UploadForm(document, filename, fields);
    }
  }
}
