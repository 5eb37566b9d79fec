package io.pipedeck.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of the structure that a compiler can't hold. */
class ArchitectureTest {
  private static final JavaClasses BACKEND =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.pipedeck");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.pipedeck.(*)..").should().beFreeOfCycles().check(BACKEND);
  }

  @Test
  void theWireKnowsNothingElse() {
    classes()
        .that()
        .resideInAPackage("io.pipedeck.api")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.pipedeck.api", "java..", "org.jspecify..", "com.fasterxml..")
        .check(BACKEND);
  }

  @Test
  void configurationKnowsOnlyTheWire() {
    classes()
        .that()
        .resideInAPackage("io.pipedeck.config")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.pipedeck.config",
            "io.pipedeck.api",
            "java..",
            "org.jspecify..",
            "com.fasterxml..",
            "org.slf4j..")
        .check(BACKEND);
  }

  @Test
  void packagesAreFlat() {
    classes().should().resideInAnyPackage("io.pipedeck.(*)").check(BACKEND);
  }

  @Test
  void noClassWaitsOrReadsTheClockByItself() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pipedeck.app")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(BACKEND);
  }

  @Test
  void noPackageIsAKitchenDrawer() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..impl..")
        .check(BACKEND);
  }
}
