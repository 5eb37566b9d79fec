package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.worker.JobFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DocumentFoldersTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @TempDir Path temp;
  private Path open;
  private DocumentStore store;
  private DocumentFolders folders;

  @BeforeEach
  void create() throws IOException {
    open = Files.createDirectory(temp.resolve("in ā"));
    store = new LocalDocumentStore(temp.resolve("documents"));
    folders = new DocumentFolders(List.of(open), documents(), 1_000);
    Files.writeString(temp.resolve("secret.txt"), "secret");
  }

  private Documents documents() {
    return new Documents(DB.pool(), store, temp.resolve("scratch"), 0);
  }

  @Test
  void readsAFileBelowAnOpenFolderIntoTheStore() throws Exception {
    Files.createDirectory(open.resolve("sub"));
    Path file = Files.writeString(open.resolve("sub/a.txt"), "kia ora");

    DocumentStore.Stored stored = folders.read(file.toString());

    assertThat(stored.sizeBytes()).isEqualTo(7);
    try (var kept = store.open(stored.sha256()).orElseThrow()) {
      assertThat(kept.path()).hasContent("kia ora");
    }
  }

  @Test
  void followsALinkThatStaysInside() throws Exception {
    Files.writeString(open.resolve("a.txt"), "kia ora");
    Files.createSymbolicLink(open.resolve("link"), Path.of("a.txt"));

    assertThat(folders.read(open.resolve("link").toString()).sizeBytes()).isEqualTo(7);
  }

  @Test
  void readsNothingOutside() throws Exception {
    Files.createSymbolicLink(open.resolve("link"), temp.resolve("secret.txt"));
    Files.createSymbolicLink(open.resolve("up"), temp);
    Path beside = Files.createDirectory(temp.resolve("in ābeside"));
    Files.writeString(beside.resolve("a.txt"), "x");

    for (String path :
        List.of(
            temp.resolve("secret.txt").toString(),
            open + "/../secret.txt",
            open + "/link",
            open + "/up/secret.txt",
            beside.resolve("a.txt").toString(),
            "/etc/passwd")) {
      assertThatThrownBy(() -> folders.read(path))
          .as(path)
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_MISSING))
          .hasMessageContaining("not below any of the folders");
    }
  }

  @Test
  void saysWhatIsWrongWithAPath() throws Exception {
    Files.createDirectory(open.resolve("folder"));

    refused("a.txt", "must begin at the root");
    refused("a\u0000b", "is no path");
    refused(open.resolve("missing.txt").toString(), "There is no file");
    refused(open.resolve("folder").toString(), "no ordinary file");
  }

  private void refused(String path, String why) {
    assertThatThrownBy(() -> folders.read(path))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_MISSING))
        .hasMessageContaining(why);
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    Path file = Files.writeString(open.resolve("a.txt"), "x".repeat(1_001));

    assertThatThrownBy(() -> folders.read(file.toString()))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
  }

  @Test
  void withoutOpenFoldersNothingIsRead() throws Exception {
    Path file = Files.writeString(open.resolve("a.txt"), "kia ora");

    assertThatThrownBy(
            () -> new DocumentFolders(List.of(), documents(), 1_000).read(file.toString()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Set rq-document-folders");
  }
}
