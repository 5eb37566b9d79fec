package io.pipedeck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "pass", "Pässwört 🥝", "with\nline"})
  void aSecretIsReadWithItsKeyOnly(String text) throws Exception {
    Secrets secrets = Secrets.of(null, folder);

    String sealed = secrets.encrypt(text);

    assertThat(secrets.decrypt(sealed)).isEqualTo(text);
    assertThat(Secrets.of(null, folder).decrypt(sealed)).isEqualTo(text);
    assertThat(secrets.encrypt(text)).isNotEqualTo(sealed);
    Secrets others = Secrets.of(key((byte) 1), folder);
    assertThatThrownBy(() -> others.decrypt(sealed))
        .isInstanceOf(Secrets.WrongKeyException.class)
        .hasMessageContaining("SECRETS_KEY");
  }

  @Test
  void aConfiguredKeyIsTheSameOnAllNodesAndMakesNoFile() throws Exception {
    Secrets here = Secrets.of(key((byte) 7), folder.resolve("a"));
    Secrets there = Secrets.of(key((byte) 7), folder.resolve("b"));

    assertThat(there.decrypt(here.encrypt("x"))).isEqualTo("x");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatWasTamperedWithIsNoSecret() throws Exception {
    Secrets secrets = Secrets.of(null, folder);
    byte[] sealed = Base64.getDecoder().decode(secrets.encrypt("text"));
    sealed[sealed.length - 1] ^= 1;

    assertThatThrownBy(() -> secrets.decrypt(Base64.getEncoder().encodeToString(sealed)))
        .isInstanceOf(Secrets.WrongKeyException.class);
    assertThatThrownBy(() -> secrets.decrypt("c2hvcnQ="))
        .isInstanceOf(Secrets.WrongKeyException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c2hvcnQ=", "*no base64*"})
  void aKeyThatIsNoKeyIsRefusedByName(String key) {
    assertThatThrownBy(() -> Secrets.of(key, folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SECRETS_KEY must be 32 bytes as Base64");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theKeyFileIsItsOwnersAlone() throws Exception {
    Secrets.of(null, folder);

    Path file = folder.resolve("secrets/secrets.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder.resolve("secrets"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void processesThatStartTogetherUseOneKey() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path home = folder.resolve("home-" + round);
      var together = new CyclicBarrier(4);
      List<Future<Secrets>> started = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 4; i++) {
          started.add(
              threads.submit(
                  () -> {
                    together.await(20, TimeUnit.SECONDS);
                    return Secrets.of(null, home);
                  }));
        }
      }
      String sealed = started.getFirst().get().encrypt("x");
      for (Future<Secrets> secrets : started) {
        assertThat(secrets.get().decrypt(sealed)).isEqualTo("x");
      }
    }
  }

  @Test
  void aPrivateFileIsMadeOnceAndReplacedWhole() throws Exception {
    Path file = folder.resolve("backend.json");

    PrivateFiles.create(file, "ä");
    assertThatThrownBy(() -> PrivateFiles.create(file, "b"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("ä");
    PrivateFiles.replace(file, "c");

    assertThat(file).hasContent("c");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPrivateFileIsItsOwnersAlsoInPlaceOfAnOpenOne() throws Exception {
    Path file = Files.writeString(folder.resolve("open"), "x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

    PrivateFiles.replace(file, "y");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  private static String key(byte fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, fill);
    return Base64.getEncoder().encodeToString(key);
  }
}
