package io.pipedeck.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where documents, and what their stages gave, are kept. */
final class DocumentSettings {
  static final Setting<DocumentConfig.Store> DOCUMENT_STORE =
      Setting.of(
              "document-store",
              "document.store",
              Kinds.oneOf(DocumentConfig.Store.class),
              "Where documents are kept: in a folder or in PostgreSQL.")
          .preset("local");

  static final Setting<Path> DOCUMENT_DIR =
      Setting.of(
          "document-dir",
          "document.folder",
          Kinds.path("a folder that this user may write to"),
          "Folder of the local store; without it the folder documents of the data folder.");

  static final Setting<Boolean> DOCUMENT_DIR_SHARED =
      Setting.of(
              "document-dir-shared",
              "document.folderShared",
              Kinds.flag(),
              "Whether all nodes see that folder.")
          .preset("false");

  static final Setting<Integer> DOCUMENT_SMALL_KB =
      Setting.of(
              "document-small-kb",
              "document.smallBytes",
              Kinds.whole(0, 1_024, "KiB"),
              "Documents up to this size are kept in PostgreSQL whatever the store: in the commit of"
                  + " their job.")
          .preset("64");

  static final Setting<Duration> STAGE_CACHE =
      Setting.of(
              "stage-cache",
              "document.stageCache",
              ListKinds.duration(Duration.ZERO, Duration.ofDays(30)),
              "How long the outputs of a document's stages are kept beyond the end of its job, so that"
                  + " the next job with the document has less to do.")
          .preset("24h");

  static final Setting<Integer> STAGE_CACHE_MB =
      Setting.of(
              "stage-cache-mb",
              "document.stageCacheBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "How much is kept so in all, and for one document while its job runs.")
          .preset("1024");

  static final List<Setting<?>> ALL =
      List.of(
          DOCUMENT_STORE,
          DOCUMENT_DIR,
          DOCUMENT_DIR_SHARED,
          DOCUMENT_SMALL_KB,
          STAGE_CACHE,
          STAGE_CACHE_MB);

  private DocumentSettings() {}
}
