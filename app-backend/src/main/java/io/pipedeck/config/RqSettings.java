package io.pipedeck.config;

import java.nio.file.Path;
import java.util.List;

/** What is shared with Python programs over RQ. */
final class RqSettings {
  static final Setting<List<Path>> RQ_DOCUMENT_FOLDERS =
      Setting.of(
              "rq-document-folders",
              "rq.documentFolders",
              ListKinds.folders(),
              "Folders below which the file_path of Python programs' jobs is read.")
          .preset("none");

  static final Setting<List<String>> RQ_FUNCTION_NAMES =
      Setting.of(
              "rq-function-names",
              "rq.functionNames",
              ListKinds.functionNames(),
              "Names under which Python programs call the built-in function.")
          .preset("te_po.pipeline.jobs.process_document,te_po.pipeline.process_document");

  static final Setting<List<String>> RQ_SHARED_QUEUES =
      Setting.of(
              "rq-shared-queues",
              "rq.sharedQueues",
              ListKinds.queuesOrNone(),
              "Queues that Python workers serve beside ours; every function on them must exist on"
                  + " both sides.")
          .preset("none");

  static final List<Setting<?>> ALL =
      List.of(RQ_DOCUMENT_FOLDERS, RQ_FUNCTION_NAMES, RQ_SHARED_QUEUES);

  private RqSettings() {}
}
