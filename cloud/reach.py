"""How clients find the cloud: clouds.yaml, and the same as shell variables."""

from __future__ import annotations

from cloud.plan import HOST, REGION, Plan

#: Name in clouds.yaml to user, who has a project of the same name.
CLOUDS = {"mini-admin": "admin", "mini-demo": "demo"}


def write_clouds(plan: Plan) -> None:
    """Write clouds.yaml and openrc (the administrator's), readable by their owner only."""
    blocks = ["clouds:"]
    for cloud, user in CLOUDS.items():
        blocks += [f"  {cloud}:", "    auth:"]
        blocks += [f"      {key}: {value}" for key, value in _login(plan, user).items()]
        blocks += [f"    region_name: {REGION}", "    identity_api_version: 3"]
    exports = {f"OS_{key.upper()}": value for key, value in _login(plan, "admin").items()}
    exports |= {"OS_REGION_NAME": REGION, "OS_IDENTITY_API_VERSION": "3", "no_proxy": HOST}
    lines = [f"export {name}={value}" for name, value in exports.items()]
    for name, text in (("clouds.yaml", blocks), ("openrc", lines)):
        file = plan.folder / name
        file.touch(mode=0o600)
        file.write_text("\n".join(text) + "\n")


def _login(plan: Plan, user: str) -> dict[str, str]:
    return {
        "auth_url": plan.identity_url,
        "username": user,
        "password": plan.password,
        "project_name": user,
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
