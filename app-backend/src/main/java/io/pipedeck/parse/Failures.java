package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import java.util.Locale;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.UnsupportedFormatException;
import org.apache.tika.exception.ZeroByteFileException;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/** Says in words for the document's owner what went wrong with it and what to do. */
final class Failures {
  private final Request request;
  private final String name;

  Failures(Request request) {
    this.request = request;
    this.name = "“" + request.filename() + "”";
  }

  Reply.Failed of(Throwable failure) {
    return because(codeOf(failure));
  }

  /** Whether only the document's being damaged explains the failure. */
  boolean isDamage(Throwable failure) {
    return codeOf(failure) == ErrorCode.CORRUPT_DOCUMENT;
  }

  /** A document encrypted in a way that no password undoes here. */
  Reply.Failed lockedForGood() {
    return new Reply.Failed(
        ErrorCode.ENCRYPTED_DOCUMENT,
        name
            + " is protected by a password, and encrypted in a way that can't be undone"
            + " here. Save it without a password, or as PDF, and send that.");
  }

  Reply.Failed because(ErrorCode code) {
    return new Reply.Failed(code, message(code));
  }

  /** A type that no parser takes. */
  Reply.Failed unreadable(MediaType type) {
    if (type.getType().equals("image")) {
      return because(ErrorCode.NO_TEXT);
    }
    if (type.equals(MediaType.OCTET_STREAM)) {
      return new Reply.Failed(
          ErrorCode.UNSUPPORTED_TYPE, name + " is of no known kind. " + KINDS_THAT_ARE_READ);
    }
    return new Reply.Failed(
        ErrorCode.UNSUPPORTED_TYPE,
        name + " is " + kindOf(type) + ", which can't be read as text. " + KINDS_THAT_ARE_READ);
  }

  private static final String KINDS_THAT_ARE_READ =
      "Send a PDF, Office or OpenDocument file, e-book, web page, mail or text.";

  private static String kindOf(MediaType type) {
    String kind =
        switch (type.getType()) {
          case "audio" -> "a sound file";
          case "video" -> "a film";
          case "font" -> "a font";
          default -> isArchive(type) ? "an archive" : "a file";
        };
    return kind + " (" + type.getBaseType() + ")";
  }

  private static boolean isArchive(MediaType type) {
    return switch (type.getSubtype()) {
      case "zip", "gzip", "x-tar", "x-7z-compressed", "x-rar-compressed", "x-bzip2", "x-xz" -> true;
      default -> false;
    };
  }

  private ErrorCode codeOf(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      @Nullable ErrorCode code = codeOfLink(at);
      if (code != null) {
        return code;
      }
    }
    return ErrorCode.CORRUPT_DOCUMENT;
  }

  private @Nullable ErrorCode codeOfLink(Throwable link) {
    return switch (link) {
      case EncryptedDocumentException _ -> encrypted();
      case BlockHandler.TooMuchText _ -> ErrorCode.TOO_LARGE;
      case ArchiveGuard.UnsafeArchive _, StackOverflowError _ -> ErrorCode.UNSAFE_DOCUMENT;
      case ZeroByteFileException _ -> ErrorCode.EMPTY_DOCUMENT;
      case UnsupportedFormatException _ -> ErrorCode.UNSUPPORTED_TYPE;
      default -> codeOfWords(link);
    };
  }

  /** Libraries below Tika's own have no common type for these: their names and words must do. */
  private @Nullable ErrorCode codeOfWords(Throwable link) {
    String type = link.getClass().getSimpleName();
    String words = String.valueOf(link.getMessage()).toLowerCase(Locale.ROOT);
    if (type.equals("EncryptedDocumentException") || type.equals("InvalidPasswordException")) {
      return encrypted();
    }
    if (words.contains("zip bomb")
        || words.contains("jaxp0001")
        || words.contains("entity expansion")
        || words.contains("doctype is disallowed")) {
      return ErrorCode.UNSAFE_DOCUMENT;
    }
    return null;
  }

  private ErrorCode encrypted() {
    return request.password() == null ? ErrorCode.ENCRYPTED_DOCUMENT : ErrorCode.WRONG_PASSWORD;
  }

  private String message(ErrorCode code) {
    return switch (code) {
      case ENCRYPTED_DOCUMENT ->
          name + " is protected by a password. Give the password and run it again.";
      case WRONG_PASSWORD ->
          "The password given for " + name + " does not open it. Check it and run it again.";
      case CORRUPT_DOCUMENT ->
          name
              + " is damaged or incomplete and can't be read. Open it in the program that made it,"
              + " save it again and send the new file.";
      case UNSUPPORTED_TYPE -> name + " is of a kind that can't be read. " + KINDS_THAT_ARE_READ;
      case UNSAFE_DOCUMENT ->
          name
              + " was refused: it is built so that reading it takes far more space than its size"
              + " shows. Ask for it in another form, such as PDF, if you trust where it comes from.";
      case EMPTY_DOCUMENT ->
          name + " is empty (0 bytes). Check that it was copied completely and send it again.";
      case NO_TEXT ->
          "No text was found in "
              + name
              + (request.ocr() == null
                  ? ": it seems to hold only pictures or scans, and these are not read here. Send a"
                      + " version with text, or have Tesseract installed."
                  : ", and text recognition found none in its pictures either.");
      case TOO_LARGE ->
          String.format(
              Locale.ROOT,
              "%s holds more than %,d characters of text. Split it into parts and send those.",
              name,
              request.limits().maxTextChars());
      case DOCUMENT_MISSING -> name + " is no longer in the document store. Send it again.";
      case TIMEOUT,
          OUT_OF_MEMORY,
          EMBEDDING_UNAVAILABLE,
          WORKER_LOST,
          UNKNOWN_FUNCTION,
          INTERNAL_ERROR ->
          throw new IllegalArgumentException(code + " is not said by a parser process");
    };
  }
}
