"""Taking in a bundle of the test kit: whose nonce it carries, who signed it, what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from certification.bundle_signatures import verify_signatures
from certification.engine.bundle import Bundle
from certification.engine.probe import Probe, ProbeRefused, measure_release, read_probe
from certification.levels import bundle_of
from certification.measured import microversion_table
from certification.models import BundleFacts, ProbeReport, Run, RunChallenge
from marketplace.catalogue.models import ProductRelease, SigningKey
from marketplace.catalogue.policy import Permission, can, members_who


class BundleNotAccepted(ValueError):
    """A readable bundle that cannot be this run's. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def accept_bundle(run: Run) -> None:
    """Tie the bundle's nonce to the run and keep what the bundle says beside it, inside the
    transaction that settles the run. Raises BundleNotAccepted, BundleRefused, EvidenceGone."""
    bundle = bundle_of(run)
    _use_nonce(run, bundle)
    keep_bundle_facts(run, bundle)


def keep_bundle_facts(run: Run, bundle: Bundle) -> None:
    """Write anew what follows from the bundle and the keys of its uploader's vendor."""
    said = bundle.manifest
    BundleFacts.objects.update_or_create(
        run=run,
        defaults={
            "nonce": said.nonce,
            "kit_version": said.kit_version[:20],
            "product": said.product[:120],
            "product_version": said.product_version[:40],
            "cloud": said.cloud[:120],
            "cloud_release": said.cloud_release[:20],
            "mode": said.mode.value,
            "signed_by_key": _signed_by_a_registered_key(run, bundle),
            "footprints": len(bundle.footprints),
            "requests": sum(footprint.requests for footprint in bundle.footprints),
        },
    )
    _keep_probe(run, bundle)


def _use_nonce(run: Run, bundle: Bundle) -> None:
    """A nonce is used once, by one run, for the release that it was given for (trust.md S9)."""
    nonce = bundle.manifest.nonce
    answered = RunChallenge.objects.filter(run=run).first()
    if answered is not None and answered.nonce != nonce:
        raise BundleNotAccepted(
            "nonce-mismatch",
            "The upload names one nonce and the bundle carries another. Send the bundle that was "
            "made under the nonce, without naming a second one.",
        )
    if BundleFacts.objects.filter(nonce=nonce).exclude(run=run).exists():
        raise BundleNotAccepted(
            "nonce-used",
            "Another run carries this nonce already. Run the kit again under a new nonce.",
        )
    challenge = (
        RunChallenge.objects.select_related("release__product__vendor").filter(nonce=nonce).first()
    )
    if challenge is None:
        return
    _require_answerable(run, bundle, challenge)
    free = RunChallenge.objects.filter(nonce=nonce, used_at=None)
    if answered is None and not free.update(run=run, used_at=run.received_at):
        raise BundleNotAccepted("nonce-used", "This nonce was used already. Take a new one.")


def _require_answerable(run: Run, bundle: Bundle, challenge: RunChallenge) -> None:
    vendor = challenge.release.product.vendor
    uploader = run.uploaded_by
    if uploader is None or not can(uploader, Permission.UPLOAD_RUN, vendor):
        raise BundleNotAccepted(
            "nonce-foreign", "The bundle's nonce was given to another organization."
        )
    if not speaks_of(bundle, challenge.release):
        said = bundle.manifest
        raise BundleNotAccepted(
            "nonce-other-release",
            f"The nonce was given for {challenge.release}; the bundle is about "
            f"{said.product} {said.product_version}.",
        )
    if challenge.expires_at <= run.received_at:
        raise BundleNotAccepted(
            "nonce-expired", "The bundle's nonce is over 24 hours old. Run the kit again."
        )


def speaks_of(bundle: Bundle, release: ProductRelease) -> bool:
    said, product = bundle.manifest, release.product
    names = {product.name.casefold(), product.slug.casefold()}
    return said.product.casefold() in names and said.product_version == release.version


def _signed_by_a_registered_key(run: Run, bundle: Bundle) -> bool:
    """Keys of those who may upload for the run's vendor; without a vendor, the uploader's own."""
    if run.uploaded_by is None:
        return False
    if run.vendor is None:
        people = [run.uploaded_by_id]
    else:
        people = list(members_who(Permission.UPLOAD_RUN, run.vendor).values_list("user", flat=True))
    keys = dict(
        SigningKey.objects.filter(
            user__in=people, algorithm="ssh-ed25519", revoked_at=None
        ).values_list("fingerprint", "public_key")
    )
    return verify_signatures(bundle, keys.get) is not None


def _keep_probe(run: Run, bundle: Bundle) -> None:
    """A probe that cannot be read, or carries another nonce, measures nothing."""
    probe = _probe(bundle)
    if probe is None:
        ProbeReport.objects.filter(run=run).delete()
        return
    possible = measure_release(probe.maxima, microversion_table())
    ProbeReport.objects.update_or_create(
        run=run,
        defaults={
            "sha256": sha256(bundle.probe).hexdigest(),
            "document": bundle.probe,
            "oldest": possible.oldest,
            "newest": possible.newest,
            "probed_at": datetime.fromisoformat(probe.probed_at).astimezone(UTC),
        },
    )


def _probe(bundle: Bundle) -> Probe | None:
    if not bundle.probe:
        return None
    try:
        probe = read_probe(bundle.probe)
    except ProbeRefused:
        return None
    return probe if probe.nonce == bundle.manifest.nonce else None
